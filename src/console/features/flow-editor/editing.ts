import { createContext, useContext } from "react";
import type { CallableEndpointView, ConnectionView } from "../../../api/contract/connection.js";
import type { DataTypeView, FlowView, TranslatorView } from "../../../api/contract/definitions.js";
import type { CheckedDraftView, DefinitionFileView, RehearsedView } from "../../../api/contract/draft.js";
import type { Json } from "../../../core/json.js";
import type { WrittenFlow } from "../../writing/draft-flow.js";
import type { Path } from "../../writing/json-path.js";

/** What flows are made of here. */
export interface Blocks {
  readonly endpoints: readonly CallableEndpointView[];
  readonly dataTypes: readonly DataTypeView[];
  readonly translators: readonly TranslatorView[];
  readonly flows: readonly FlowView[];
  readonly connections: readonly ConnectionView[];
}

/** A flow that is being written. */
export interface Editing {
  /** `namespace/name`. */
  readonly name: string;
  readonly file: DefinitionFileView;
  readonly text: string;
  /** Null while the text is no YAML: then the graph shows what it showed before. */
  readonly written: WrittenFlow | null;
  readonly blocks: Blocks;
  /** Takes a text in place of what is there. */
  readonly write: (text: string) => void;
  /** Changes one member; undefined takes it away. */
  readonly set: (path: Path, value: Json | undefined) => void;
  /** The step that is looked at; `@on` is the trigger. */
  readonly chosen: string;
  readonly choose: (id: string) => void;
  readonly problems: CheckedDraftView["problems"];
  /** What the flow would come to with what it is tried on; null while nobody knows. */
  readonly rehearsed: RehearsedView | null;
}

const context = createContext<Editing | null>(null);

export const EditingProvider = context.Provider;

/** Gives the flow that is being written. */
export function useEditing(): Editing {
  const editing = useContext(context);
  if (editing === null) throw new Error("there is no flow around this");
  return editing;
}

/** Gives a name as it is written in a flow: without what is its own collection's. */
export function toWritten(name: string, flow: string): string {
  const own = `${flow.split("/")[0]}/`;
  return name.startsWith(own) && !own.startsWith("local/") ? name.slice(own.length) : name;
}

/** Gives the whole name of what is written in a flow. */
export function toWhole(written: string, flow: string): string {
  return written.includes("/") ? written : `${flow.split("/")[0]}/${written}`;
}
