import { createFileRoute } from '@tanstack/react-router';
import { PeoplePage, parsePeopleSearch } from '@/features/people';

export const Route = createFileRoute('/p/$project/settings/people')({
  validateSearch: parsePeopleSearch,
  component: PeoplePage,
});
