import { TextInput, type TextInputProps } from '@mantine/core';

export interface NumberFieldProps extends Omit<TextInputProps, 'onChange' | 'value' | 'min' | 'max'> {
  min: number;
  max: number;
  value?: number | string;
  /** Empty while somebody types anew. */
  onChange?: (value: number | '') => void;
}

/**
 * A whole number; one out of bounds goes to the nearest when the field is left. Mantine's own brings a library that
 * formats numbers, 9 kB packed.
 */
export function NumberField({ min, max, onChange, onBlur, ...rest }: NumberFieldProps) {
  return (
    <TextInput
      {...rest}
      type="number"
      min={min}
      max={max}
      onChange={({ currentTarget }) =>
        onChange?.(currentTarget.value === '' ? '' : currentTarget.valueAsNumber)
      }
      onBlur={(event) => {
        const typed = event.currentTarget.valueAsNumber;
        const nearest = Math.round(Math.min(max, Math.max(min, typed)));
        if (event.currentTarget.value !== '' && nearest !== typed) onChange?.(nearest);
        onBlur?.(event);
      }}
    />
  );
}
