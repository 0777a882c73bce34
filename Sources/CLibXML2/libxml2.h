/* The part of libxml2 that Markup uses, and no more.
 *
 * libxml2's encoding.h pulls in ICU's headers, which clash with Foundation's when a module imports
 * them. They only add members at the end of a struct that is never touched here, so the switch is
 * turned off before anything is included.
 */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlregexp.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* xmlFree is a variable that holds a function; Swift 6 cannot call one of those. */
static inline void waybill_xml_free(void *memory) { xmlFree(memory); }

/* The same for xmlMemStrdup: a copy in libxml2's own memory. */
static inline char *waybill_xml_copy(const char *text) { return xmlMemStrdup(text); }

/* Puts a schema between a parser and its handlers. libxml2 keeps the addresses of the two members
 * until it is unplugged, which a Swift inout does not promise to be. */
static inline xmlSchemaSAXPlugPtr waybill_xml_plug(xmlSchemaValidCtxtPtr schema,
                                                   xmlParserCtxtPtr parser) {
    return xmlSchemaSAXPlug(schema, &parser->sax, &parser->userData);
}
