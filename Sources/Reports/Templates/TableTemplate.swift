/// One table with caption, scopes and, where rows have longer words, lines under the rows.
enum TableTemplate {
    static let text = """
        {{#hasRows}}<div class="scroll" tabindex="0" role="region" aria-label="{{{caption}}}">
        <table><caption>{{{caption}}}</caption>
        <thead><tr>{{#heads}}<th scope="col"{{#figure}} class="n"{{/figure}}>{{{title}}}</th>{{/heads}}</tr></thead>
        <tbody>
        {{#rows}}<tr{{#hasMore}} class="has-more"{{/hasMore}}>{{{cells}}}</tr>
        {{#hasMore}}<tr class="more"><td colspan="{{{span}}}">{{{more}}}</td></tr>
        {{/hasMore}}{{/rows}}
        </tbody>
        {{#hasTotal}}<tfoot><tr>{{{total}}}</tr></tfoot>
        {{/hasTotal}}</table></div>{{/hasRows}}
        {{^hasRows}}<p class="empty">{{{empty}}}</p>{{/hasRows}}

        """
}
