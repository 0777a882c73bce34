import Markup
import Testing

/// Small documents read whole.
@Suite struct ElementTests {
    @Test func `a document becomes its elements, attributes, text and lines`() throws {
        let text = """
            <?xml version="1.0"?>
            <!-- a note -->
            <a:root xmlns:a="urn:a" x="1 &lt; 2">
              <child/> some
              text <![CDATA[<kept>]]>
              <child y=""/>
            </a:root>
            """
        let root = try #require(Element.read(Array(text.utf8)))
        #expect(root.name == "root")
        #expect(root.attributes == ["x": "1 < 2"])
        #expect(root.children.map(\.name) == ["child", "child"])
        #expect(root.text == "some text <kept>")
        #expect(root.children.map(\.line) == [4, 6])
        #expect(root.children[1]["y"] == nil)
        #expect(root.child("other") == nil)
    }

    @Test(arguments: [
        "", "no", "<a>", "<a/><b/>", #"<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>"#,
        "<!DOCTYPE a><a/>",
    ]) func `what is not well-formed, or has a DTD, is refused`(_ text: String) {
        #expect(Element.read(Array(text.utf8)) == nil)
    }
}
