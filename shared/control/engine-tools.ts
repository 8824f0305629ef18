import type { EngineToolName } from '../tools/catalogue.ts';
import { askPerson } from './ask-person.ts';
import type { EngineToolCall } from './base/engine-tool-call.ts';
import type { ControlState } from './control-state.ts';
import { requestLease } from './grant-leases.ts';

/** Answers a call with the effect `answerRequest`, at once or later. */
type EngineTool = (control: ControlState, call: EngineToolCall) => void;

const ENGINE_TOOLS: Readonly<Record<EngineToolName, EngineTool>> = {
  performance_monitor: (control, { key, id, arguments: given }) => {
    const { draft, answer } = control.monitor.handle(key, given, control.run, control.now);
    if (draft) control.emit(draft);
    control.effect({ type: 'answerRequest', key, id, answer });
  },
  shared_resource_pool: requestLease,
  ask_person: askPerson,
};

/** Carries out a call of a tool that the engine answers. */
export function callEngineTool(control: ControlState, tool: EngineToolName, call: EngineToolCall): void {
  ENGINE_TOOLS[tool](control, call);
}
