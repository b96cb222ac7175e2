import { createFileRoute } from '@tanstack/react-router';
import { MailPage } from '@/features/mail';

export const Route = createFileRoute('/p/$project/settings/mail')({ component: MailPage });
