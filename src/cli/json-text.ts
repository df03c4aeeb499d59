/** JSON that people can read and `diff` can compare: a line for each field, and for each entry of a list of lists or objects. */
export function jsonText(value: object): string {
  return `${object(value, '')}\n`;
}

function object(value: object, indent: string): string {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const inner = `${indent}  `;
  return `{\n${fields.map(([key, field]) => `${inner}${JSON.stringify(key)}: ${isBroad(field) ? object(field, inner) : list(field, inner)}`).join(',\n')}\n${indent}}`;
}

/** An object that holds lists of its own, such as an answer's `certificate`. */
const isBroad = (field: unknown): field is object =>
  field !== null &&
  typeof field === 'object' &&
  !Array.isArray(field) &&
  Object.values(field).some((inner) => isRows(inner) && inner.length > 0);

const isRows = (field: unknown): field is object[] =>
  Array.isArray(field) && field.every((entry) => entry !== null && typeof entry === 'object');

function list(field: unknown, indent: string): string {
  if (!isRows(field) || field.length === 0) return JSON.stringify(field);
  return `[\n${field.map((entry) => `${indent}  ${JSON.stringify(entry)}`).join(',\n')}\n${indent}]`;
}
