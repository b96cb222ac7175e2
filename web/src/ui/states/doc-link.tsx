import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** From an empty list to the page of the documentation that says what it is for. */
export function DocLink({ page, children }: { page: string; children: ReactNode }) {
  return (
    <Link to="/docs/$page" params={{ page }} preload={false} className="link">
      {children}
    </Link>
  );
}
