import { useCallback } from 'react';
import { Problem } from '../api/problem.js';
import { sentences, useSentences, type Sentences } from '../i18n/sentences.js';

/** What is wrong with a field, as the registry and its schemas (zod) say it. */
const faults: Sentences = {
  de: {
    field: sentences(
      ['is required', 'Das fehlt noch'],
      ['must not be empty', 'Das fehlt noch'],
      ['Too small: expected string to have >=1 characters', 'Das fehlt noch'],
      ['Too small: expected string to have >={count} characters', 'Mindestens {count} Zeichen'],
      ['Too big: expected string to have <={count} characters', 'Höchstens {count} Zeichen'],
      ['must have at least {count} characters', 'Mindestens {count} Zeichen'],
      ['must have at most {count} characters', 'Höchstens {count} Zeichen'],
      ['Too small: expected array to have >={count} items', 'Mindestens {count}'],
      ['Too big: expected array to have <={count} items', 'Höchstens {count}'],
      ['Too small: expected {kind} to be >={least}', 'Mindestens {least}'],
      ['Too small: expected {kind} to be >{least}', 'Mehr als {least}'],
      ['Too big: expected {kind} to be <={most}', 'Höchstens {most}'],
      ['Too big: expected {kind} to be <{most}', 'Weniger als {most}'],
      ['Invalid email address', 'Das ist keine E-Mail-Adresse'],
      ['Invalid URL', 'Das ist keine Webadresse'],
      ['Invalid option: expected one of {options}', 'Das steht hier nicht zur Wahl'],
      ['Invalid string: must match pattern {pattern}', 'Das ist anders zu schreiben'],
      ['Invalid input{more}', 'Das passt hier nicht'],
      ['this field is not known here', 'Dieses Feld gibt es hier nicht'],
      ['must be one line without control characters', 'Nur eine Zeile, ohne Steuerzeichen'],
      ['must be one line', 'Nur eine Zeile'],
      [
        'must not contain invisible controls of writing direction',
        'Ohne unsichtbare Zeichen für die Schreibrichtung',
      ],
      ['must be six digits', 'Sechs Ziffern'],
      ['must be a phone number such as {example}', 'Eine Telefonnummer wie {example}'],
      ['must be an ISO 3166 code of two capitals such as {example}', 'Zwei Großbuchstaben wie {example}'],
      ['must be an ISO 4217 code such as {example}', 'Drei Buchstaben wie {example}'],
      ['must be an IANA name such as {example}', 'Eine Zeitzone wie {example}'],
      ['must be a time zone such as {example}', 'Eine Zeitzone wie {example}'],
      ['must be a colour such as {example}', 'Eine Farbe wie {example}'],
      ['must be the id of a customer', 'Das ist kein Kunde'],
      ['must be the exact word Delete', 'Genau das Wort Delete'],
      ['must be later than `from`', 'Das Ende liegt nicht nach dem Anfang'],
      ['must be after `from`', 'Das Ende liegt nicht nach dem Anfang'],
      ['must be at most {days} days after `from`', 'Höchstens {days} Tage'],
      ['must be another one than the current', 'Ein anderes als bisher'],
      ['must be a data URL of a PNG or SVG image in base64', 'Das ist kein PNG- oder SVG-Bild'],
      ['is over {size} KiB; make it smaller', 'Über {size} KiB; machen Sie es kleiner'],
      [
        'has a contrast of {ratio}:1 to white, {least}:1 is needed to read it; nearest: {color}',
        'Der Kontrast zu Weiß ist {ratio}:1, lesbar ab {least}:1; am nächsten: {color}',
      ],
      ['only customers have this default', 'Das gibt es nur bei Kunden'],
      ['already belongs to a user', 'Gehört schon jemandem'],
      ['belongs to somebody else here', 'Gehört hier schon jemandem'],
      ['is taken', 'Ist vergeben'],
      ['is wrong', 'Ist falsch'],
      ['is not the code of this moment', 'Das ist nicht der Code dieses Augenblicks'],
      ['name each camera once', 'Jede Kamera nur einmal'],
    ),
  },
};

/**
 * Faults that the API names by JSON pointers, as errors of form fields: `/address/line1` → `address.line1`, in the
 * person's language. Null when the problem is not about fields; then show it whole (ErrorNotice).
 */
export function useFieldErrors(): (error: unknown) => Record<string, string> | null {
  const retell = useSentences(faults);
  return useCallback(
    (error) => {
      if (!(error instanceof Problem) || error.body.errors === undefined || error.body.errors.length === 0)
        return null;
      return Object.fromEntries(
        error.body.errors.map(({ pointer, detail }) => {
          const told = retell('field', detail);
          return [
            pointer.replace(/^\//, '').replaceAll('/', '.'),
            told.charAt(0).toUpperCase() + told.slice(1),
          ];
        }),
      );
    },
    [retell],
  );
}
