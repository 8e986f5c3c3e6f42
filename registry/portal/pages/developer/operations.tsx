import { Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { NoMatch } from '../../parts/page-states.js';
import { SearchField } from '../../parts/search-field.js';
import { present } from '../../parts/search-params.js';
import classes from './developer.module.css';
import { fits, resourcesOf, type ApiDocument } from './document.js';
import { OperationDetails } from './operation-details.js';
import { texts } from './texts.js';

/** Every operation, by resource; what is looked for stands in the address. */
export function Operations({ document }: { document: ApiDocument }) {
  const t = useTexts(texts);
  const { text } = useSearch({ from: '/o/$tenantId/developer' });
  const navigate = useNavigate({ from: '/o/$tenantId/developer' });
  const resources = useMemo(() => resourcesOf(document), [document]);
  const shown = resources
    .map(({ name, operations }) => ({
      name,
      operations: operations.filter((one) => text === undefined || fits(one, text)),
    }))
    .filter(({ operations }) => operations.length > 0);
  const find = (next: string | undefined) =>
    void navigate({ search: present({ text: next }), replace: true });
  return (
    <>
      <SearchField label={t('find')} text={text} onChange={find} />
      {shown.length === 0 && (
        <NoMatch title={t('noMatch', { text: text ?? '' })} onClear={() => find(undefined)} />
      )}
      {shown.map(({ name, operations }) => (
        <section key={name} aria-labelledby={`resource-${name}`} className={classes['resource']}>
          <Title order={2} id={`resource-${name}`}>
            {name}
          </Title>
          {operations.map((one) => (
            <OperationDetails key={one.id} operation={one} />
          ))}
        </section>
      ))}
    </>
  );
}
