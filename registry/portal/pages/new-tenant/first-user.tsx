import '@mantine/core/styles/Checkbox.css';
import { Checkbox } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { PersonFields } from '../../parts/people/person-fields.js';
import { noPerson, type PersonValues } from '../../parts/people/person.js';
import { texts } from './texts.js';

/** Who is let in first; becomes an owner (R29). */
export interface FirstUser extends PersonValues {
  wanted: boolean;
}

export const noUser: FirstUser = { wanted: false, ...noPerson };

export function FirstUserFields({
  value,
  onChange,
  errors,
}: {
  value: FirstUser;
  onChange: (next: FirstUser) => void;
  errors: Readonly<Record<string, string>>;
}) {
  const t = useTexts(texts);
  return (
    <>
      <Checkbox
        label={t('userWanted')}
        checked={value.wanted}
        onChange={(event) => onChange({ ...value, wanted: event.currentTarget.checked })}
      />
      {value.wanted && (
        <PersonFields
          value={value}
          onChange={(person) => onChange({ ...person, wanted: true })}
          errors={errors}
        />
      )}
    </>
  );
}
