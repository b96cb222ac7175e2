import { cx } from '../cx';

/** The only spinner: an arc with a satellite. Under reduced motion it is a static arc. */
export function OrbitRing({ size = 14, className }: { size?: number; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      aria-hidden="true"
      className={cx('flex-none animate-orbit', className)}
    >
      <circle cx="8" cy="8" r="6" stroke="currentColor" strokeWidth="1.6" opacity="0.28" />
      <path
        d="M8 2a6 6 0 0 1 5.6 8.2"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
      <circle cx="13.4" cy="10.6" r="2" fill="currentColor" />
    </svg>
  );
}
