import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { runProgram } from './run-program.ts';
import type { FileAnswer, FileCall, FromSandbox, SandboxProgram } from './sandbox-messages.ts';

/** Entry point of the thread of one program. Built as `dist/node/sandbox.js`. */
interface Given {
  program: SandboxProgram;
  /** The answers to calls of files arrive here. */
  answers: MessagePort;
  /** Counts the answers. */
  answered: Int32Array;
}

function send(message: FromSandbox): void {
  parentPort?.postMessage(message);
}

// The process that starts the thread passes these values.
const { program, answers, answered } = workerData as Given;

/** Blocks the thread until the slot has answered, because programs call files as ordinary functions. */
function callFile(file: FileCall): FileAnswer {
  const before = Atomics.load(answered, 0);
  send({ file });
  Atomics.wait(answered, 0, before);
  return receiveMessageOnPort(answers)?.message;
}

const end = await runProgram(program, callFile, () => send({ ready: true }));
send({ end });
