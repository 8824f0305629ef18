import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { BuiltCommand } from './built.ts';
import { ModelServer } from './model-server.ts';

// What most files of tests of the command begin with. To import it is to begin so: its hooks come before the file's own.

/** The command as it is built, once for the file. */
export let command: BuiltCommand;
/** The server that its models are asked at: a new one for each test. */
export let server: ModelServer;

beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());
beforeEach(async () => {
  server = await ModelServer.start();
});
afterEach(() => server.close());
