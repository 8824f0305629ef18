// Simulates an engine that will be killed: forks a slot, submits a turn, grants its permits, prints the pid of the
// slot.
import { fork } from 'node:child_process';

const [file, json, workspace] = process.argv.slice(2);
const turn = JSON.parse(json);
const slot = fork(file, [], { serialization: 'advanced', env: {} });
slot.on('message', (messages) => messages.forEach(take));

function take(message) {
  if (message.type === 'ready') {
    const provide = { type: 'provide', run: turn.key.run, provided: { workspace, keys: {} } };
    slot.send([provide, { type: 'turn', turn }]);
  }
  if (message.type !== 'request') return;
  slot.send([{ type: 'answer', key: message.key, request: message.id, answer: { ok: true, text: 'permit-1' } }]);
}

process.stdout.write(`${slot.pid}\n`);
