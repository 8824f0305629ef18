/** A query of a SQLite file. */
export interface SqliteRequest {
  /** A private copy of the file. */
  file: string;
  sql: string;
  /** The most rows. */
  limit: number;
}

/** `rows` have their cells in the order of `titles`. `tables`: what exists, for an answer about a wrong name. */
export type SqliteAnswer =
  | { ok: true; titles: string[]; rows: unknown[][] }
  | { ok: false; message: string; tables: string[] };
