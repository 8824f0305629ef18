interface Props {
  /** The entry's name, such as `Check 2`. */
  label: string;
  /** Its position. */
  at: number;
  /** The number of entries. */
  count: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

/** The buttons of an entry of an ordered list: up, down, and remove. */
export function EntryButtons({ label, at, count, onMove, onRemove }: Props) {
  return (
    <div className="entry-buttons">
      <EntryButton text="↑" label={`Move ${label} up`} disabled={at === 0} onClick={() => onMove(at - 1)} />
      <EntryButton text="↓" label={`Move ${label} down`} disabled={at === count - 1} onClick={() => onMove(at + 1)} />
      <EntryButton text="✕" label={`Remove ${label}`} disabled={false} onClick={onRemove} />
    </div>
  );
}

interface EntryButtonProps {
  text: string;
  label: string;
  disabled: boolean;
  onClick: () => void;
}

function EntryButton({ text, label, disabled, onClick }: EntryButtonProps) {
  return (
    <button type="button" className="button quiet icon" aria-label={label} disabled={disabled} onClick={onClick}>
      {text}
    </button>
  );
}
