const MAX_CHARACTERS = 4000;

/** Returns a note for a model that used a wrong name: the tables with their columns, as far as they fit. */
export function schemaNote(tables: readonly string[]): string {
  if (tables.length === 0) return '';
  const text = tables.join('; ');
  return ` The tables are ${text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text}.`;
}
