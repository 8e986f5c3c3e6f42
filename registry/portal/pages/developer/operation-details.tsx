import { Anchor, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../../parts/copy.js';
import classes from './developer.module.css';
import { curlOf, textOf, type Field, type Operation } from './document.js';
import { PlainTable } from '../../parts/plain-table.js';
import { texts } from './texts.js';

/** One line that opens: what the operation takes, as a command, and what it answers. */
export function OperationDetails({ operation }: { operation: Operation }) {
  const { method, path, summary } = operation;
  // Hundreds of closed ones are drawn as one line each.
  const [opened, setOpened] = useState(false);
  return (
    <details className={classes['operation']} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        <span className={classes['method']} data-method={method}>
          {method}
        </span>
        <code>{path}</code>
        <span className={classes['summary']}>{summary}</span>
      </summary>
      {opened && <Opened operation={operation} />}
    </details>
  );
}

function Opened({ operation }: { operation: Operation }) {
  const t = useTexts(texts);
  const { description, fields, answers, problems } = operation;
  const curl = curlOf(location.origin, operation);
  return (
    <div className={classes['opened']}>
      {description !== '' && <Text size="sm">{description}</Text>}
      {fields.length > 0 && (
        <Block title={t('sends')}>
          <Fields fields={fields} />
        </Block>
      )}
      <Block title={t('command')} action={<Copy size="xs" value={curl} label={t('copyCurl')} />}>
        <pre tabIndex={0}>{curl}</pre>
      </Block>
      <Block title={t('answers')}>
        {answers.map(({ status, description: why, example }) => (
          <div key={status}>
            <Text size="sm">
              <code>{status}</code> {why}
            </Text>
            {example !== undefined && <pre tabIndex={0}>{textOf(example)}</pre>}
          </div>
        ))}
      </Block>
      <Block title={t('problemsOf')}>
        <ul className={classes['problems']}>
          {problems.flatMap(({ status, codes }) =>
            codes.map((code) => (
              <li key={code}>
                {status}{' '}
                <Anchor size="sm" href={`/problems/${code}`}>
                  {code}
                </Anchor>
              </li>
            )),
          )}
        </ul>
      </Block>
    </div>
  );
}

function Block({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {action}
      </Group>
      {children}
    </section>
  );
}

function Fields({ fields }: { fields: readonly Field[] }) {
  const t = useTexts(texts);
  return (
    // Focusable, so that it can be scrolled by keys.
    <div className={classes['fields']} role="group" aria-label={t('sends')} tabIndex={0}>
      <PlainTable minWidth="32rem">
        <thead>
          <tr>
            <th>{t('name')}</th>
            <th>{t('place')}</th>
            <th>{t('type')}</th>
            <th>{t('meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, place, required, type, description }) => (
            <tr key={`${place} ${name}`}>
              <td>
                <code>{name}</code>
                {required && (
                  <Text size="xs" c="dimmed">
                    {t('required')}
                  </Text>
                )}
              </td>
              <td>{place ?? t('inBody')}</td>
              <td>
                <code>{type}</code>
              </td>
              <td>{description}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </div>
  );
}
