import { Anchor, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './developer.module.css';
import { problemsOf, type ApiDocument } from './document.js';
import { PlainTable } from '../../parts/plain-table.js';
import { texts } from './texts.js';

/** Every code, and how many operations answer it; the page of each says what to do. */
export function Problems({ document }: { document: ApiDocument }) {
  const t = useTexts(texts);
  const { number } = useFormats();
  const problems = useMemo(() => problemsOf(document), [document]);
  return (
    <Stack>
      <Text size="sm">{t('problemsWhat')}</Text>
      <PlainTable boxed>
        <thead>
          <tr>
            <th>{t('code')}</th>
            <th>{t('status')}</th>
            <th>{t('operations')}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ code, status, operations }) => (
            <tr key={code}>
              <td>
                <Anchor size="sm" href={`/problems/${code}`} className={classes['word'] ?? ''}>
                  {code}
                </Anchor>
              </td>
              <td>{status}</td>
              <td>{number(operations)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </Stack>
  );
}
