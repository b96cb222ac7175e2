import { Monitor, Moon, Sun } from 'lucide-react';
import { type Density, setPreferences, type Theme, usePreferences } from '@/shared/preferences';
import { Page, Segmented, Switch } from '@/ui';
import { SettingRow } from '../components/setting-row';
import { messages } from '../messages';
import { useSettingsCrumb } from '../use-settings-crumb';

const words = messages.appearance;

const THEMES = [
  { value: 'light', label: words.themes.light, icon: Sun },
  { value: 'dark', label: words.themes.dark, icon: Moon },
  { value: 'system', label: words.themes.system, icon: Monitor },
] as const;
const DENSITIES = [
  { value: 'comfortable', label: words.densities.comfortable },
  { value: 'compact', label: words.densities.compact },
] as const;

export function AppearancePage() {
  const { theme, density, shortcuts } = usePreferences();
  return (
    <Page title={words.title} summary={words.summary} crumbs={useSettingsCrumb()}>
      <div className="max-w-[640px] border-t border-line">
        <SettingRow id="theme" label={words.theme} hint={words.themeHint}>
          <Segmented<Theme>
            label={words.theme}
            value={theme}
            onValueChange={(next) => setPreferences({ theme: next })}
            options={THEMES}
          />
        </SettingRow>
        <SettingRow id="density" label={words.density} hint={words.densityHint}>
          <Segmented<Density>
            label={words.density}
            value={density}
            onValueChange={(next) => setPreferences({ density: next })}
            options={DENSITIES}
          />
        </SettingRow>
        <SettingRow id="shortcuts" label={words.shortcuts} hint={words.shortcutsHint}>
          <Switch
            aria-labelledby="shortcuts"
            checked={shortcuts}
            onCheckedChange={(next) => setPreferences({ shortcuts: next })}
          />
        </SettingRow>
      </div>
    </Page>
  );
}
