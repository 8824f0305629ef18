import { finish, type Reply, says, stream } from './provider.ts';

/** A model that makes these calls at once, and then answers with the answers of the tools. */
export function calling(calls: readonly { name: string; arguments: object }[]): Reply {
  return (response, received) => {
    const messages = received.body['messages'];
    const answers = (Array.isArray(messages) ? messages : []).filter(({ role }) => role === 'tool');
    if (answers.length > 0) return says(JSON.stringify(answers.map(({ content }) => content)))(response, received);
    const tool_calls = calls.map((call, index) => ({
      index,
      id: `call-${index}`,
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    }));
    stream({ choices: [{ index: 0, delta: { tool_calls }, finish_reason: null }] }, finish('tool_calls'))(
      response,
      received,
    );
  };
}
