import { memo } from 'react';
import type { NodeProps } from 'reactflow';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import type { GroupData } from './graph.ts';

/** A frame with a title. Clicking the title selects the members, which then move together. */
export const GroupNode = memo(function GroupNode({ data }: NodeProps & { data: GroupData }) {
  const win = useWindowState();
  const style = data.color === undefined ? {} : { '--c': data.color };
  return (
    <div className="group-node" style={style}>
      <button type="button" className="title nodrag" title="Select group" onClick={() => select(win, ...data.members)}>
        {data.title}
      </button>
    </div>
  );
});
