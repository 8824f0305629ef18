import { themeSchema } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { SelectField } from '../../base/fields/select-field.tsx';
import { useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Group } from './group.tsx';

/** The colors of the window. They belong to the application, not to the crew. */
export function ThemeField() {
  const win = useWindowState();
  const theme = useUi((ui) => ui.theme);
  return (
    <Group name="Window">
      <SelectField
        label="Theme"
        help="The colors of this and every other window. The crew file does not contain them."
        value={theme}
        options={[
          ['system', 'match system'],
          ['dark', 'dark'],
          ['light', 'light'],
        ]}
        onChange={(value) => {
          const chosen = themeSchema.parse(value);
          win.ui.setState({ theme: chosen });
          void call('app.theme', { theme: chosen });
        }}
      />
    </Group>
  );
}
