import { closeConnections } from '../models/client.ts';
import { OpenTurns } from './open-turns.ts';
import { openPort } from './port.ts';
import { warmUp } from './warm.ts';

/**
 * The entry point of a slot process, for both hosts. It runs one turn at a time and reads no files of the engine: all
 * input arrives through its port. When the port closes, the process aborts its turn and ends.
 */
const port = openPort();
const openTurns = new OpenTurns(port);

port.onMessage((message) => {
  if (message.type === 'end') end();
  else if (message.type === 'forget') forget();
  else openTurns.take(message);
});
port.onClose(end);

function end(): void {
  openTurns.abort();
  process.exit(0);
}

/** The process moves to another run and keeps no data of this run. */
function forget(): void {
  openTurns.forget();
  closeConnections();
  port.send({ type: 'forgotten' });
}

await warmUp();
port.send({ type: 'ready' });
