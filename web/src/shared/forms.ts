import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';

type Refusal = { errors?: { field: string; message: string }[] };

/** Puts the server's field errors under their fields; says whether all of them found one. */
export function showFieldErrors<T extends FieldValues>(
  error: unknown,
  fields: readonly Path<T>[],
  setError: UseFormSetError<T>,
): boolean {
  const errors = (error as Refusal | null)?.errors ?? [];
  const known = errors.filter(({ field }) => fields.includes(field as Path<T>));
  for (const { field, message } of known)
    setError(field as Path<T>, { message: sentence(message) });
  return errors.length > 0 && known.length === errors.length;
}

/** For a form without a library: the server's words for each field. */
export function fieldErrors<Name extends string>(
  error: Error | null,
  fields: readonly Name[],
): Partial<Record<Name, string>> {
  const errors = (error as Refusal | null)?.errors ?? [];
  const known = errors.filter(({ field }) => fields.includes(field as Name));
  const found = Object.fromEntries(known.map(({ field, message }) => [field, sentence(message)]));
  return found as Partial<Record<Name, string>>;
}

/** The server goes on after the field's name ("must be a number"); under the field it is a sentence. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
