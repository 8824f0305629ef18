import type { Choices, ModelCall } from './choices.ts';
import { unique, type Wanted } from './wanted.ts';

/** Returns the model calls of a run, and the keys that they send to addresses of the file. */
export function modelCalls({ calls }: Choices): Wanted[] {
  return unique(calls.flatMap((call) => [modelCall(call), ...keySent(call)]));
}

function modelCall(call: ModelCall): Wanted {
  const { provider, title, model, address, chosenBy, addressInFile, additions, path } = call;
  const isChosen = chosenBy === 'person' && !addressInFile;
  const who = isChosen ? '' : addressInFile ? ', an address that the file names' : ', which the file names';
  const added = additions.length === 0 ? '' : `, with what the file adds to the call: ${additions.join(', ')}`;
  return {
    capability: { kind: 'call', provider, model, address },
    sentence: `Calls the model "${model}" of ${title} at ${address}${who}${added}.`,
    path,
    grant: null,
    free: isChosen && additions.length === 0,
  };
}

function keySent({ provider, title, address, origin, addressInFile, sendsKey, path }: ModelCall): Wanted[] {
  if (!sendsKey || !addressInFile) return [];
  return [
    {
      capability: { kind: 'send_key', provider, address },
      sentence: `Sends your key for ${title} to ${address}, an address that the file names.`,
      path,
      grant: `key ${provider} ${origin}`,
      free: false,
    },
  ];
}
