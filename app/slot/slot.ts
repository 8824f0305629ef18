import type { ToSlot } from '../../shared/slot/protocol.ts';
import { closeConnections } from '../models/client.ts';
import { Desk } from './desk.ts';
import { openPort } from './port.ts';
import { practise, warmUp } from './warm.ts';

/**
 * The entry of a slot's process, of either host. It carries one turn at a time and reads nothing of the engine's: all comes
 * by its port, and when that closes it aborts what it does and ends.
 */
const port = openPort();
const desk = new Desk(port);
let wanted = false;

port.onMessage(take);
port.onClose(end);

function take(message: ToSlot): void {
  switch (message.type) {
    case 'end':
      end();
      return;
    case 'forget':
      forget();
      return;
    case 'practise':
      void practise(() => !wanted).then(() => port.send({ type: 'practised' }));
      return;
    default:
      wanted = true;
      desk.take(message);
  }
}

function end(): void {
  desk.abort();
  process.exit(0);
}

/** The process goes on to another run, and takes nothing of this one there. */
function forget(): void {
  desk.forget();
  closeConnections();
  port.send({ type: 'forgotten' });
}

await warmUp();
port.send({ type: 'ready' });
