const REGION_ID = 'o-announcer';

/** Says `text` through the app's one polite live region. */
export function announce(text: string): void {
  const region = document.getElementById(REGION_ID);
  if (!region) return;
  // A live region stays silent when the same words are set twice: alternate a trailing space.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** Mounted once by the app. */
export function Announcer() {
  return <div id={REGION_ID} aria-live="polite" className="sr-only" />;
}
