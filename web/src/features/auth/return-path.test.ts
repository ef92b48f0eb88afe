import { expect, it } from 'vitest'
import { returnPath, signInPath, withReturn } from './return-path'

it('leads back within the app', () => {
  expect(returnPath('/list?id=7')).toBe('/list?id=7')
  expect(withReturn('/register', '/list?id=7')).toBe('/register?return=%2Flist%3Fid%3D7')
  expect(withReturn('/sign-in', null)).toBe('/sign-in')
  expect(signInPath('/list?id=7')).toBe('/sign-in?return=%2Flist%3Fid%3D7')
})

it.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/sign-in'])(
  'leads from %s to today',
  (wanted) => {
    expect(returnPath(wanted)).toBe('/today')
  },
)
