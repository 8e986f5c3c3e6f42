import '@mantine/core/styles/Table.css';
import { Anchor, Stack, Table, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './developer.module.css';
import { problemsOf, type ApiDocument } from './document.js';
import { texts } from './texts.js';

/** Every code, and how many operations answer it; the page of each says what to do. */
export function Problems({ document }: { document: ApiDocument }) {
  const t = useTexts(texts);
  const { number } = useFormats();
  const problems = useMemo(() => problemsOf(document), [document]);
  return (
    <Stack>
      <Text size="sm">{t('problemsWhat')}</Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('code')}</Table.Th>
            <Table.Th>{t('status')}</Table.Th>
            <Table.Th>{t('operations')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {problems.map(({ code, status, operations }) => (
            <Table.Tr key={code}>
              <Table.Td>
                <Anchor size="sm" href={`/problems/${code}`} className={classes['word'] ?? ''}>
                  {code}
                </Anchor>
              </Table.Td>
              <Table.Td>{status}</Table.Td>
              <Table.Td>{number(operations)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
