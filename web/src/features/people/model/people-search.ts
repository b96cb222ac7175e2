import type { Account, Role } from '@/api';

/** What stands in the address: the filters, and whose sheet is open. */
export interface PeopleSearch {
  person?: string;
  q?: string;
  role?: Role;
  status?: Account['status'];
}

export function parsePeopleSearch(raw: Record<string, unknown>): PeopleSearch {
  const search: PeopleSearch = {};
  if (typeof raw.person === 'string' && raw.person !== '') search.person = raw.person;
  if (typeof raw.q === 'string' && raw.q !== '') search.q = raw.q;
  if (raw.role === 'viewer' || raw.role === 'developer' || raw.role === 'admin') {
    search.role = raw.role;
  }
  if (raw.status === 'active' || raw.status === 'deactivated') search.status = raw.status;
  return search;
}
