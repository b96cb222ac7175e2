/** The value of a JSON text, null for an empty one, and undefined for a text that is not JSON. */
export function readJson(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
