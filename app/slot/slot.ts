import { closeConnections } from '../models/client.ts';
import { OpenTurns } from './open-turns.ts';
import { openPort } from './port.ts';
import { warmUp } from './warm.ts';

/**
 * The entry of a slot's process, of either host. It carries one turn at a time and reads nothing of the engine's: all comes
 * by its port, and when that closes it aborts what it does and ends.
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

/** The process goes on to another run, and takes nothing of this one there. */
function forget(): void {
  openTurns.forget();
  closeConnections();
  port.send({ type: 'forgotten' });
}

await warmUp();
port.send({ type: 'ready' });
