import { FAULT_CODES } from '../model/faults.ts';
import { PROBLEMS } from './problem.ts';

/** The parts of an OpenAPI document or JSON schema that the page shows. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly description?: string;
  readonly enum?: unknown[];
  readonly default?: unknown;
  readonly required?: string[];
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Body {
  readonly description?: string;
  readonly content?: Record<string, { schema: Schema }>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
}
interface Route {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: Parameter[];
  readonly requestBody?: Body;
  readonly responses: Record<string, Body>;
}
interface Document {
  readonly info: { title: string; version: string; description: string };
  readonly paths: Record<string, Record<string, Route>>;
  readonly components: { schemas: Record<string, Schema> };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const code = (text: string): string => `<code>${escaped(text)}</code>`;
/** Prose in which `…` is code. */
const prose = (text = ''): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** The OpenAPI document as one page of plain HTML: no script, nothing loaded from anywhere. */
export function docsPage(openapi: object, origin: string): string {
  const { info, paths, components } = openapi as Document;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route], at) => {
      const anchor = at === 0 ? path : `${method} ${path}`; // an id stands once on a page
      return routeSection(anchor, method.toUpperCase(), path, route);
    }),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section id="${name}"><h3>${name}</h3><p>${prose(schema.description)}</p>${fieldsTable(schema)}</section>`,
  );
  const problems = Object.entries(PROBLEMS).map(
    ([name, { status, title }]) => `<dt id="${name}">${status} ${code(name)}</dt><dd>${escaped(title)}.</dd>`,
  );
  const faults = Object.entries(FAULT_CODES).map(
    ([name, meaning]) => `<dt id="${name}">${code(name)}</dt><dd>${escaped(meaning)}.</dd>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${info.title} ${info.version}</title><style>${STYLE}</style></head>
<body><main>
<h1>${info.title} <small>${info.version}</small></h1>
<p>${escaped(info.description)} The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<pre>curl -s ${escaped(origin)}/v1/examples/small | curl -s ${escaped(origin)}/v1/placements -H 'content-type: application/json' -d @-</pre>
<nav>${Object.entries(paths)
    .map(([path]) => `<a href="#${escaped(path)}">${escaped(path)}</a>`)
    .join(' ')}</nav>
${routes.join('\n')}
<h2>Bodies</h2>${schemas.join('\n')}
<h2>Problems</h2><p>Every refusal is a problem document (RFC 9457) with one of these codes.</p><dl>${problems.join('')}</dl>
<h3>Faults</h3><p>What ${code('faults')} of a problem document may name, each with a JSON pointer.</p><dl>${faults.join('')}</dl>
</main></body></html>`;
}

function routeSection(anchor: string, method: string, path: string, route: Route): string {
  const { summary, description, parameters = [], requestBody, responses } = route;
  const given = parameters.map(
    (each) =>
      `<li>${code(each.name)} (${each.in}${each.required ? ', required' : ''}): ${prose(each.description)}</li>`,
  );
  const body = requestBody ? `<p>Body: ${schemasOf(requestBody)}</p>` : '';
  const replies = Object.entries(responses).map(
    ([status, response]) => `<li>${status}: ${prose(response.description)} ${schemasOf(response)}</li>`,
  );
  return `<section id="${escaped(anchor)}"><h2><b>${method}</b> ${escaped(path)}</h2><p><strong>${escaped(summary)}.</strong> ${prose(description)}</p>${given.length > 0 ? `<ul>${given.join('')}</ul>` : ''}${body}<ul>${replies.join('')}</ul></section>`;
}

const schemasOf = ({ content = {} }: Body): string =>
  Object.entries(content)
    .map(([type, { schema }]) => `${code(type)} ${typeOf(schema)}`)
    .join(', ');

/** A table of an object's fields, objects inside it unfolded below them. */
function fieldsTable(schema: Schema): string {
  return `<table><thead><tr><th>field</th><th>type</th><th>default</th><th>meaning</th></tr></thead><tbody>${rows(schema, '').join('')}</tbody></table>`;
}

function rows({ properties = {}, required = [] }: Schema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const fallback =
      field.default === undefined
        ? required.includes(name)
          ? '<em>required</em>'
          : ''
        : code(JSON.stringify(field.default));
    const inner = field.items?.properties
      ? rows(field.items, `${prefix}${name}[].`)
      : field.properties && name !== 'partial' // an answer within the answer
        ? rows(field, `${prefix}${name}.`)
        : [];
    return [
      `<tr><td>${code(prefix + name)}</td><td>${typeOf(field)}</td><td>${fallback}</td><td>${prose(field.description)}</td></tr>`,
      ...inner,
    ];
  });
}

const figure = (value: number): string => (Math.abs(value) >= 1e7 ? value.toExponential() : String(value));

function typeOf(schema: Schema): string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return `<a href="#${name}">${name}</a>`;
  }
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(' ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (typeof schema.additionalProperties === 'object') return `object: name → ${typeOf(schema.additionalProperties)}`;
  const range = [
    schema.minimum === undefined || schema.minimum < -1e15 ? '' : ` ≥ ${figure(schema.minimum)}`,
    schema.maximum === undefined || schema.maximum > 1e15 ? '' : ` ≤ ${figure(schema.maximum)}`,
  ].join('');
  return escaped(`${Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any')}${range}`);
}

/** The style sheet of the page; guard/headers.ts names its hash. */
export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 1060px; margin: 0 auto; padding: 24px; }
h1 small { font-weight: 400; opacity: .6; font-size: .6em; }
h2 { margin-top: 2em; border-top: 1px solid var(--line); padding-top: .8em; font-size: 1.2em; }
h2 b { font: 600 .8em ui-monospace, monospace; border: 1px solid var(--line); border-radius: 4px; padding: 2px 6px; }
code, pre { font: .88em ui-monospace, monospace; }
pre { padding: 12px; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); font-size: .92em; }
@media (max-width: 640px) { thead { display: none; } table, tbody, tr, td { display: block; } tr { border-bottom: 1px solid var(--line); padding: 6px 0; } td { border: 0; padding: 0; } }
dt { margin-top: .6em; } dd { margin-left: 1.5em; }`;
