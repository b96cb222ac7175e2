/** What a page's Markdown says about itself. Fenced code is skipped: a comment there is no heading. */

export type Heading = { level: 2 | 3; text: string; id: string };

const FENCE = /^(```|~~~)/;

/** Notes to whoever edits the file are no part of what is shown and found. */
export function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->\n*/g, '');
}

export function titleOf(text: string): string {
  return /^#\s+(.+)$/m.exec(text)?.[1]?.trim() ?? 'Untitled';
}

export function headingsOf(text: string): Heading[] {
  const found: Heading[] = [];
  for (const line of prose(text)) {
    const match = /^(#{2,3})\s+(.+?)\s*$/.exec(line);
    const words = match?.[2];
    if (!match || !words) continue;
    const plain = words.replace(/[`*_]/g, '');
    found.push({ level: match[1]?.length === 2 ? 2 : 3, text: plain, id: idOf(plain) });
  }
  return found;
}

export function idOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** The text without its first heading, which the page shows itself. */
export function bodyOf(text: string): string {
  return text.replace(/^#\s+.+\n+/, '');
}

export type Section = { heading: Heading | null; text: string };

export function sectionsOf(text: string): Section[] {
  const headings = headingsOf(text);
  const sections: Section[] = [{ heading: null, text: '' }];
  let next = 0;
  for (const line of prose(bodyOf(text))) {
    if (/^#{2,3}\s/.test(line)) {
      sections.push({ heading: headings[next] ?? null, text: '' });
      next += 1;
    } else {
      const last = sections.at(-1);
      if (last) last.text += `${line}\n`;
    }
  }
  return sections;
}

function prose(text: string): string[] {
  let fenced = false;
  return text.split('\n').filter((line) => {
    if (FENCE.test(line)) {
      fenced = !fenced;
      return false;
    }
    return !fenced;
  });
}
