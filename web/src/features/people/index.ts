export { InvitePage } from './pages/invite-page';
export { MembersPage } from './pages/members-page';
export { PeoplePage, parsePeopleSearch } from './pages/people-page';
