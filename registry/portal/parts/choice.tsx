import { useId } from 'react';
import classes from './choice.module.css';

/** One of a few, all in sight; arrows move between them. `label` names what is chosen. */
export function Choice<Value extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string }[];
}) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={classes['choice']}>
      {options.map((one) => (
        <label key={one.value} className={classes['option']}>
          <input
            type="radio"
            name={name}
            checked={one.value === value}
            onChange={() => onChange(one.value)}
          />
          {one.label}
        </label>
      ))}
    </div>
  );
}
