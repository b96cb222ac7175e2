/** The part of an OpenAPI document that the reference shows. */

export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  default?: unknown;
};

type Media = { schema?: Schema };

export type Operation = {
  operationId: string;
  summary?: string;
  tags?: string[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Schema;
  }[];
  requestBody?: { content: Record<string, Media>; required?: boolean };
  responses: Record<string, { description?: string; content?: Record<string, Media> }>;
  'x-least-role'?: 'viewer' | 'developer' | 'admin' | 'public';
  'x-key-scope'?: string | null;
};

export type Document = {
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

export type Call = { method: string; path: string; operation: Operation };

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** By tag, in the order of the document. */
export function callsByTag(document: Document, query: string): [string, Call[]][] {
  const found = new Map<string, Call[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation || !matches(operation, method, path, query)) continue;
      const tag = operation.tags?.[0] ?? 'Other';
      found.set(tag, [...(found.get(tag) ?? []), { method, path, operation }]);
    }
  }
  return [...found].sort(([a], [b]) => a.localeCompare(b));
}

function matches(operation: Operation, method: string, path: string, query: string): boolean {
  const text =
    `${method} ${path} ${operation.summary ?? ''} ${operation.operationId} ${operation.tags ?? ''}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function resolve(schema: Schema, document: Document): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name ? (document.components.schemas[name] ?? {}) : schema;
}

export function typeName(schema: Schema | undefined): string {
  if (!schema) return 'any';
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'object';
  const parts = schema.oneOf ?? schema.anyOf;
  if (parts) return parts.map(typeName).join(' or ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === 'array') return `list of ${typeName(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any');
  return schema.format ? `${type} (${schema.format})` : type;
}

const DEEPEST = 4;

/** A body that fits: every required field, and the others where nothing is required. */
export function exampleOf(schema: Schema, document: Document, depth = 0): unknown {
  const whole = resolve(schema, document);
  if (whole.default !== undefined) return whole.default;
  if (whole.const !== undefined) return whole.const;
  if (whole.enum) return whole.enum[0];
  const first = (whole.oneOf ?? whole.anyOf)?.find(({ type }) => type !== 'null');
  if (first) return exampleOf(first, document, depth);
  const type = Array.isArray(whole.type) ? whole.type.find((one) => one !== 'null') : whole.type;
  if (whole.properties && depth < DEEPEST) return exampleObject(whole, document, depth);
  if (type === 'array')
    return depth < DEEPEST && whole.items ? [exampleOf(whole.items, document, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return whole.minimum ?? 1;
  if (type === 'boolean') return true;
  return type === 'string' ? '…' : {};
}

function exampleObject(schema: Schema, document: Document, depth: number): object {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {});
  const shown = required.length
    ? fields.filter(([name]) => required.includes(name))
    : fields.slice(0, 4);
  return Object.fromEntries(
    shown.map(([name, field]) => [name, exampleOf(field, document, depth + 1)]),
  );
}

export function bodyOf(operation: Operation): Schema | undefined {
  return operation.requestBody?.content['application/json']?.schema;
}

export function curlOf(
  { method, path, operation }: Call,
  document: Document,
  origin: string,
): string {
  const lines = [`curl -X ${method.toUpperCase()} '${origin}${path}'`];
  if (operation['x-least-role'] !== 'public') lines.push(`-H "X-API-Key: $ORBITER_KEY"`);
  if (operation.parameters?.some(({ name }) => name.toLowerCase() === 'if-match'))
    lines.push(`-H 'If-Match: "1"'`);
  const body = bodyOf(operation);
  if (body) {
    lines.push(`-H 'Content-Type: application/json'`);
    lines.push(`-d '${JSON.stringify(exampleOf(body, document))}'`);
  }
  return lines.join(' \\\n  ');
}
