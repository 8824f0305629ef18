// Simulates an engine that will be killed: forks a slot, submits a turn, grants its permits, prints the pid of the
// slot.
import { fork } from 'node:child_process';

const [file, turn] = process.argv.slice(2);
const slot = fork(file, [], { serialization: 'advanced', env: {} });
slot.on('message', (messages) => messages.forEach(take));

function take(message) {
  if (message.type === 'ready') slot.send([{ type: 'turn', turn: JSON.parse(turn) }]);
  if (message.type !== 'request') return;
  slot.send([{ type: 'answer', key: message.key, request: message.id, answer: { ok: true, text: 'permit-1' } }]);
}

process.stdout.write(`${slot.pid}\n`);
