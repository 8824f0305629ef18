import { Desk } from './desk.ts';
import { openPort } from './port.ts';
import { warmUp } from './warm.ts';

/**
 * The entry of a slot's process, of either host. It carries one turn at a time and reads nothing of the engine's: all comes
 * by its port, and when that closes it aborts what it does and ends.
 */
const port = openPort();
const desk = new Desk(port);

port.onMessage((message) => {
  if (message.type === 'end') end();
  else desk.take(message);
});
port.onClose(end);

function end(): void {
  desk.abort();
  process.exit(0);
}

await warmUp();
port.send({ type: 'ready' });
