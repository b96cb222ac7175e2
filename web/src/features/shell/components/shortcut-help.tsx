import { usePreferences } from '@/shared/preferences';
import { Dialog, Kbd, Note } from '@/ui';
import { messages } from '../messages';
import { MOD } from '../mod';
import { NAV_ITEMS } from '../nav-items';

const { help } = messages;

const SECTIONS: { title: string; rows: [keys: string, does: string][] }[] = [
  { title: help.go, rows: NAV_ITEMS.map((item) => [`g ${item.letter}`, item.label]) },
  {
    title: help.lists,
    rows: [
      ['/', help.rows.search],
      ['n', help.rows.create],
      ['j k', help.rows.move],
      ['Enter', help.rows.open],
    ],
  },
  {
    title: help.anywhere,
    rows: [
      [`${MOD} K`, help.rows.palette],
      ['[', help.rows.sidebar],
      ['Shift D', help.rows.theme],
      ['?', help.rows.help],
      ['Esc', help.rows.close],
    ],
  },
  {
    title: help.writing,
    rows: [
      [`${MOD} S`, help.rows.save],
      [`${MOD} Enter`, help.rows.send],
    ],
  },
];

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function ShortcutHelp({ open, onOpenChange }: Props) {
  const { shortcuts } = usePreferences();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={messages.shortcuts} width="wide">
      {!shortcuts && <Note>{messages.shortcutsOff}</Note>}
      <div className="grid grid-cols-2 gap-x-10 gap-y-5 max-md:grid-cols-1">
        {SECTIONS.map((section) => (
          <section key={section.title}>
            <h3 className="mb-1 font-semibold">{section.title}</h3>
            <dl>
              {section.rows.map(([keys, does]) => (
                <div
                  key={keys}
                  className="flex h-8 items-center justify-between border-b border-line"
                >
                  <dt className="text-fg-2">{does}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
