// A slot for tests of the pool: a real process whose action is the one word in the prompt of a turn.
if (process.env.ECHO_SLOT_DIES) process.exit(3);

const say = (message) => process.connected && process.send([message]);
const running = new Map();
const grown = [];
/** The messages `provide` and `withdraw`, in order. */
const provided = [];

process.on('disconnect', () => process.exit(0));
process.on('message', (messages) => messages.forEach(take));

function take(message) {
  if (message.type === 'turn') begin(message.turn);
  if (message.type === 'provide' || message.type === 'withdraw') provided.push(message);
  if (message.type === 'cancel' && running.get(message.key.task) === 'wait') end(message.key, { status: 'cancelled' });
  if (message.type === 'end') process.exit(0);
  if (message.type === 'forget' && !process.env.ECHO_SLOT_REMEMBERS) {
    running.clear();
    say({ type: 'forgotten' });
  }
  if (message.type === 'reconcile') {
    const status = (key) => (running.has(key.task) ? 'running' : 'unknown');
    say({ type: 'reconciled', id: message.id, turns: message.keys.map((key) => ({ key, status: status(key) })) });
  }
}
say({ type: 'ready' });

function begin({ key, prompt }) {
  running.set(key.task, prompt);
  if (prompt === 'echo') end(key, { status: 'value', text: prompt });
  if (prompt === 'environment') end(key, { status: 'value', text: Object.keys(process.env).join(' ') });
  if (prompt === 'provided') end(key, { status: 'value', text: JSON.stringify(provided) });
  if (prompt === 'grow') grown.push(Buffer.alloc(400 * 1024 * 1024, 1));
  if (prompt === 'grow') end(key, { status: 'value', text: prompt });
  if (prompt === 'nonsense') say({ type: 'nonsense' });
  if (prompt === 'repeat') {
    const event = { type: 'check', what: 'schema', passed: true };
    for (const number of [1, 2, 1, 2, 3]) say({ type: 'event', key, number, event });
    end(key, { status: 'value', text: prompt });
  }
}

function end(key, outcome) {
  running.delete(key.task);
  say({ type: 'outcome', key, outcome });
}
