import { z } from 'zod';
import { LIMIT_SETTINGS } from '../tools/definition.ts';
import { toolName, variable } from './tool-schema.ts';

/** A database server. */
export const serverDatabaseSchema = z.strictObject({
  kind: z.enum(['postgres', 'mysql']).describe('The kind of the database server.'),
  url_key: variable.describe(
    'The name of a key, in the key store or the environment, with the address of the database: `postgres://user:password@host/database`. Use an account that can only read.',
  ),
  ...LIMIT_SETTINGS,
});

/** A database that is a file. */
export const fileDatabaseSchema = z.strictObject({
  kind: z.literal('sqlite').describe('A SQLite file.'),
  file: z.string().min(1).describe('The file, in the workspace.'),
  ...LIMIT_SETTINGS,
});

/** A database that `sql_query` can read. */
export const databaseSchema = z.discriminatedUnion('kind', [serverDatabaseSchema, fileDatabaseSchema]);
export type Database = z.infer<typeof databaseSchema>;

/** Databases by the names that agents use. */
export const databasesSchema = z.record(toolName, databaseSchema);
export type Databases = z.infer<typeof databasesSchema>;
