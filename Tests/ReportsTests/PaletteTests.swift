import Foundation
import Testing

@testable import Reports

@Suite struct `the colours` {
    /// WCAG 2.2, "relative luminance", of `#rrggbb`.
    private func luminance(_ colour: String) -> Double {
        let number = Int(colour.dropFirst(), radix: 16) ?? 0
        let parts = [number >> 16 & 255, number >> 8 & 255, number & 255].map { part -> Double in
            let share = Double(part) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    @Test(arguments: [Palette.light, Palette.dark])
    func `text and graphics have the contrast that WCAG 2_2 AA wants`(palette: Palette) {
        for pair in Palette.pairs {
            let lights = [palette.value(pair.front), palette.value(pair.back)].map(luminance)
                .sorted()
            let ratio = (lights[1] + 0.05) / (lights[0] + 0.05)
            #expect(ratio >= pair.ratio, "\(pair.front) on \(pair.back): \(ratio)")
        }
    }

    @Test func `both palettes name the same colours`() {
        #expect(Palette.light.colours.map(\.name) == Palette.dark.colours.map(\.name))
    }

    @Test func `every colour that the style uses is declared`() {
        let css = StyleSheet.css(footer: "")
        let names = Set(Palette.light.colours.map(\.name))
        for use in css.matches(of: /var\(--([a-z-]+)\)/) { #expect(names.contains(String(use.1))) }
    }
}
