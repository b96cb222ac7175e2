import { useSettingsCrumb } from '@/features/settings';
import { Page } from '@/ui';
import { EmailSection } from '../components/email-section';
import { PasswordSection } from '../components/password-section';
import { SecondFactorSection } from '../components/second-factor-section';
import { SessionsSection } from '../components/sessions-section';
import { SignOnSection } from '../components/sign-on-section';
import { messages } from '../messages';

export function SecurityPage() {
  return (
    <Page title={messages.title} summary={messages.summary} crumbs={useSettingsCrumb()}>
      <div className="max-w-[720px]">
        <EmailSection />
        <PasswordSection />
        <SecondFactorSection />
        <SignOnSection />
        <SessionsSection />
      </div>
    </Page>
  );
}
