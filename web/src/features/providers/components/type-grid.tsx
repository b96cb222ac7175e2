import { Link } from '@tanstack/react-router';
import type { ProviderType } from '@/api';
import { Monogram } from './monogram';

export const TILE =
  'flex h-12 items-center gap-2.5 rounded-lg border border-dashed border-line-control px-3 text-left font-medium text-fg-2 hover:bg-hover hover:text-fg';

/** Every type the server knows, one click from its form. */
export function TypeGrid({ types }: { types: ProviderType[] }) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(188px,100%),1fr))] gap-2.5 max-md:grid-cols-1">
      {types.map((type) => (
        <li key={type.type}>
          <Link
            from="/p/$project/settings/providers"
            to="."
            search={{ add: type.type }}
            title={type.description}
            className={TILE}
          >
            <Monogram label={type.label} small />
            {type.label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
