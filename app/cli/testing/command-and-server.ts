import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { BuiltCommand } from './built-command.ts';
import { ModelServer } from './model-server.ts';

// Setup for most tests of the command. Importing this file registers its hooks before those of the test file.

/** The built command, shared by all tests of the file. */
export let command: BuiltCommand;
/** The model server, new for each test. */
export let server: ModelServer;

beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());
beforeEach(async () => {
  server = await ModelServer.start();
});
afterEach(() => server.close());
