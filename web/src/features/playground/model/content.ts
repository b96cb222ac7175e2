import type { Message, Part } from '@/api';

/** The words of a message, without reasoning and tool calls. */
export function partsText(parts: Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

export function messageText(message: Message): string {
  return partsText(message.content);
}
