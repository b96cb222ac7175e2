/** The product's mark: a body, its orbit and a satellite. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      aria-hidden="true"
      className="flex-none text-fg"
    >
      <circle cx="12" cy="12" r="3.1" fill="currentColor" />
      <ellipse
        cx="12"
        cy="12"
        rx="10.2"
        ry="5.1"
        stroke="currentColor"
        strokeWidth="1.5"
        transform="rotate(-28 12 12)"
      />
      <circle cx="20.2" cy="6.2" r="2.5" className="fill-brand" />
    </svg>
  );
}
