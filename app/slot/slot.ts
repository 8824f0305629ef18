import { ModelClient } from '../models/client.ts';
import { OpenTurns } from './open-turns.ts';
import { openPort, type Port } from './port.ts';
import { warmUp } from './warm.ts';

/**
 * The entry point of a slot process, for both hosts. It runs one turn at a time and reads no files of the engine: all
 * input arrives through its port. When the port closes, the process aborts its turn and ends.
 */
function runSlot(port: Port): void {
  const openTurns = new OpenTurns(port, new ModelClient());
  let isUnused = true;
  const end = () => {
    openTurns.abort();
    process.exit(0);
  };
  port.onMessage((message) => {
    isUnused = false;
    if (message.type === 'end') end();
    else if (message.type === 'forget') forget(port, openTurns);
    else openTurns.take(message);
  });
  port.onClose(end);
  void warmUp(
    () => port.send({ type: 'ready' }),
    () => isUnused,
  );
}

/** The process moves to another run and keeps no data of this run. */
function forget(port: Port, openTurns: OpenTurns): void {
  openTurns.forget();
  port.send({ type: 'forgotten' });
}

// Parts that are loaded later can import this file, so it must not wait for them at its top level.
runSlot(openPort());
