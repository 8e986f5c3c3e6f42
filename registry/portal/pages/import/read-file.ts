/** A chosen file as text. */
export interface ListFile {
  name: string;
  text: string;
}

/** Spreadsheets save CSV in UTF-8, or in the encoding of Windows: what is not the first is the second. */
export async function readList(file: File): Promise<ListFile> {
  const bytes = await file.arrayBuffer();
  try {
    return { name: file.name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { name: file.name, text: new TextDecoder('windows-1252').decode(bytes) };
  }
}
