import { useQuery } from '@tanstack/react-query';
import type { OidcView } from '@/api';
import { useCan } from '@/features/session';
import { useSettingsCrumb } from '@/features/settings';
import { Badge, ErrorState, Note, Page, Skeleton } from '@/ui';
import { oidcQuery } from '../api';
import { Check } from '../components/check';
import { OidcForm } from '../components/oidc-form';
import { RedirectAddress } from '../components/redirect-address';
import { messages } from '../messages';

/** Sign-in through an OpenID Connect provider, for administrators. */
export function SingleSignOnPage() {
  const admin = useCan('admin');
  const settings = useQuery({ ...oidcQuery, enabled: admin });
  return (
    <Page
      title={messages.title}
      summary={messages.summary}
      crumbs={useSettingsCrumb()}
      status={settings.data && <State on={settings.data.enabled} />}
    >
      {!admin ? (
        <Note>{messages.admins}</Note>
      ) : settings.data ? (
        <Settings settings={settings.data} />
      ) : settings.error ? (
        <ErrorState
          title={messages.loadFailed}
          error={settings.error}
          onRetry={() => void settings.refetch()}
          retrying={settings.isFetching}
        />
      ) : (
        <Skeleton className="h-96 w-full max-w-[560px]" />
      )}
    </Page>
  );
}

function State({ on }: { on: boolean }) {
  return <Badge tone={on ? 'success' : 'neutral'}>{on ? messages.on : messages.off}</Badge>;
}

function Settings({ settings }: { settings: OidcView }) {
  return (
    <div className="flex max-w-[560px] flex-col gap-6">
      {!settings.issuer && <Note>{messages.start}</Note>}
      <RedirectAddress
        label={messages.redirect}
        hint={messages.redirectHint}
        address={settings.redirect_uri}
      />
      <RedirectAddress
        label={messages.signOut}
        hint={messages.signOutHint}
        address={settings.sign_out_uri}
      />
      <OidcForm settings={settings} />
      {settings.issuer && <Check />}
    </div>
  );
}
