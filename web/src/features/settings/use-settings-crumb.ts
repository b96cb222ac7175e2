import { useProject } from '@/features/session';
import type { Crumb } from '@/ui';
import { messages } from './messages';

export function useSettingsCrumb(): Crumb[] {
  const project = useProject();
  return [
    {
      label: messages.title,
      link: { to: '/p/$project/settings', params: { project: project.id } },
    },
  ];
}
