/** The API reference: TypeDoc reads the docstrings of everything that the packages export and writes a page for each. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import {
  Application,
  Converter,
  DeclarationReflection,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from "typedoc";
import { root } from "../addresses.ts";
import { apiPage, entryPoints } from "./entry-points.ts";
import { slug } from "./slug.ts";

/** Writes a page of Markdown for each import into the folder `to`. */
export async function writeApi(to: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: entryPoints.map(([, file]) => root + file),
    tsconfig: join(root, "site/tsconfig.typedoc.json"),
    basePath: root,
    readme: "none",
    name: "API",
    disableGit: true,
    // The plugin of links.ts turns this into the address of the file's page in the book.
    sourceLinkTemplate: "repository:packages/{path}",
    excludePrivate: true,
    excludeExternals: true,
    skipErrorChecking: true,
    validation: false,
    logLevel: "Error",
    ...{
      outputFileStrategy: "modules",
      entryFileName: "index",
      hidePageHeader: true,
      hideBreadcrumbs: true,
      hidePageTitle: false,
      useCodeBlocks: true,
      excludeScopesInPaths: true,
      expandParameters: true,
      pageTitleTemplates: { module: "{name}", project: "API" },
      tableColumnSettings: { hideDefaults: true, hideModifiers: true, hideSources: true },
      interfacePropertiesFormat: "table",
      classPropertiesFormat: "table",
      typeAliasPropertiesFormat: "table",
      parametersFormat: "table",
      sanitizeComments: true,
    },
  });
  const names = new Map(entryPoints.map(([name, file]) => [root + file, name]));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const [source] = module.sources ?? [];
      module.name = names.get(source.fullFileName) ?? module.name;
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("the API reference: TypeDoc could not read the sources");
  removeInherited(project);
  await app.outputs.writeOutput({ name: "markdown", path: to }, project);
  const texts = new Map(
    entryPoints.map(([name]) => [apiPage(name), withoutRepetition(readFileSync(join(to, apiPage(name)), "utf8"))]),
  );
  const anchors = new Map([...texts].map(([page, text]) => [page, anchorsIn(text)]));
  for (const [page, text] of texts) writeFileSync(join(to, page), withExistingAnchors(page, text, anchors));
}

/** The anchors of the headings of a page. */
function anchorsIn(text: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const anchors = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, title]) => {
    const anchor = slug(title.replace(/`/g, ""));
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}

/** Headings have gone, so those that were second with their name are first now: `#state-1` is `#state`. */
function withExistingAnchors(page: string, text: string, anchors: ReadonlyMap<string, ReadonlySet<string>>): string {
  return text.replace(/\]\(([\w/.-]*)#([\w-]+)\)/g, (link, file: string, anchor: string) => {
    const target = file === "" ? page : posix.normalize(posix.join(posix.dirname(page), file));
    const exists = anchors.get(target)?.has(anchor) ?? true;
    return exists ? link : `](${file}#${anchor.replace(/-\d+$/, "")})`;
  });
}

/** A page without what its signatures say already: types of results, and where the members of a class are defined. */
function withoutRepetition(page: string): string {
  const parts = page.split(/^(?=#{1,6} )/m);
  return (
    parts
      .filter((part) => !/^#+ Returns\n\n[^\n]*\n*$/.test(part))
      .map((part) => (/^#{4,} /.test(part) ? part.replace(/^Defined in: .*\n\n/m, "") : part))
      .join("")
      // Small headings become the first words of what they stand above.
      .replace(/^#{4,} (Throws|Returns)\n\n/gm, "*$1* ")
      .replace(/^#{4,} (Extends|Implements|Extended by)\n\n((?:- [^\n]+\n)+)/gm, (_, title, list) =>
        inline(title, list),
      )
      .replace(/^#{4,} (?:Type Parameters|Parameters|Constructor|Properties)\n\n/gm, "")
      .replace(/^\*\*\*\n\n/gm, "")
      // Code in a docstring is indented. TypeDoc takes it for text, and escapes what text must.
      .replace(/(?<=\n\n)(?: {4}.*\n(?:\n(?= {4}))?)+/g, (code) => {
        const lines = code.replace(/^ {4}/gm, "").replace(/\\([<>{}_|*`])/g, "$1");
        return `\`\`\`ts\n${lines}\`\`\`\n`;
      })
  );
}

function inline(title: string, list: string): string {
  return `*${title}* ${list.trim().replace(/^- /, "").replace(/\n- /g, ", ")}\n`;
}

/** What a class inherits is described where it is declared, and what it overrides need not be said at each member. */
function removeInherited(project: ProjectReflection): void {
  for (const owner of project.getReflectionsByKind(ReflectionKind.ClassOrInterface)) {
    if (!(owner instanceof DeclarationReflection)) continue;
    for (const member of owner.children ?? [])
      for (const part of [member, ...(member.signatures ?? [])]) delete part.overwrites;
    const inherited = new Set<Reflection>(owner.children?.filter(isInherited));
    for (const member of inherited) project.removeReflection(member);
    for (const group of owner.groups ?? []) group.children = group.children.filter((child) => !inherited.has(child));
    if (owner.groups) owner.groups = owner.groups.filter(({ children }) => children.length > 0);
  }
}

function isInherited({ inheritedFrom, signatures = [], getSignature, setSignature }: DeclarationReflection): boolean {
  const all = [...signatures, getSignature, setSignature].filter((signature) => signature !== undefined);
  return (
    inheritedFrom !== undefined || (all.length > 0 && all.every((signature) => signature.inheritedFrom !== undefined))
  );
}
